using Orrery.Domain.Models;

namespace Orrery.Planning.Tests.Training;

/// <summary>Transformers of one to six layers: every mixer, dense blocks and mixtures, alone and mixed.</summary>
internal static class RandomModel
{
    public static Transformer Of(Draw draw)
    {
        var layers = draw.Whole(1, 6);
        var prediction = draw.Chance(0.25) && layers < 6 ? 1 : 0;
        var heads = draw.One(2, 4, 6, 8, 12);
        var runs = new List<LayerRun>();
        var hybrid = draw.Chance(0.3);
        var (mixer, block) = (Mixer(draw, heads), Block(draw));
        while (layers > 0)
        {
            var count = hybrid ? draw.Whole(1, layers) : layers;
            runs.Add(new LayerRun(count, Layer(draw, hybrid && runs.Count > 0, mixer, block)));
            layers -= count;
            if (hybrid)
            {
                (mixer, block) = (Mixer(draw, heads), Block(draw));
            }
        }

        return new Transformer
        {
            Id = "random",
            Name = "random",
            Hidden = draw.One(128, 256, 512, 1024),
            Vocabulary = draw.One(512, 4096, 32000),
            TiedEmbeddings = draw.Chance(0.5),
            Layers = runs,
            MultiTokenPrediction = prediction,
        };
    }

    /// <summary>In hybrids some layers, never the first, have a mixer or a block only.</summary>
    private static TransformerLayer Layer(Draw draw, bool hybrid, Mixer mixer, FeedForward block)
    {
        var kind = hybrid ? draw.Whole(0, 3) : 3;
        return new TransformerLayer(kind == 1 ? null : mixer, kind == 2 ? null : block);
    }

    private static Mixer Mixer(Draw draw, int heads)
    {
        var dimension = draw.One(32, 64, 128);
        return draw.Whole(0, 6) switch
        {
            0 => new LatentAttention(heads, draw.One(0, 96), 64, 64, 32, 64),
            1 => new Attention(heads, heads, dimension, Window: draw.One(16, 128)),
            2 => new StateSpace(heads, dimension, 32, draw.One(1, 2), 4),
            3 => new LinearAttention(heads, heads, 64, 64, draw.Chance(0.5)),
            _ => new Attention(heads, draw.One(1, heads / 2, heads), dimension),
        };
    }

    private static FeedForward Block(Draw draw) => draw.Chance(0.5)
        ? new DenseFeedForward(draw.One(256, 1024, 3072), draw.Chance(0.5))
        : new MixtureOfExperts(draw.One(2, 4, 6, 8), draw.Whole(1, 2), draw.One(96, 256, 512), draw.One(0, 0, 256), draw.Chance(0.5), draw.One(0, 0, 64));
}
