namespace Orrery.Catalog.Tests;

/// <summary>A catalog folder of a test's own, gone when the test is over.</summary>
internal sealed class ScratchCatalog : IDisposable
{
    public const string Chip = """
        id: small
        name: Small chip
        aliases: ["Tiny 1", little-one]
        source: BOOK
        confidence: published
        vendor: Acme
        generation: one
        status: shipping
        peaks:
          bf16: { value: 100 TFLOP/s, confidence: assumed, low: 80 TFLOP/s, high: 120 TFLOP/s }
        memory:
          capacity: 32 GB
          bandwidth: 1 TB/s
        """;

    public const string System = """
        id: box
        name: Box of small chips
        aliases: []
        source: BOOK
        confidence: published
        chip: small
        chips: 8
        scale_up_domain: 8
        tiers:
          - name: node
            topology: switched
            ranks: 8
            bandwidth: 100 GB/s
            latency: { value: 2 us, confidence: assumed, low: 1 us, high: 4 us }
            oversubscription: 1
            reach: { fraction: 0.8, startup: 5 us, startup_per_rank: 1 us, half_size: 4 MB }
        """;

    /// <summary>For a chip with <c>kernel_profile: fitted</c>.</summary>
    public const string Kernels = """
        id: fitted
        name: Fitted kernels
        source: BOOK
        confidence: published
        streaming: { memory: { value: 0.9, confidence: assumed, low: 0.8, high: 1 }, launch: 2 us }
        scale_up_reach: { fraction: { value: 0.7, confidence: assumed, low: 0.5, high: 0.9 }, startup: 5 us, startup_per_rank: 1 us, half_size: 4 MB }
        """;

    private readonly string _parent = Directory.CreateTempSubdirectory("orrery-").FullName;

    public ScratchCatalog()
    {
        Directory.CreateDirectory(Folder);
        Write("sources.yaml", "BOOK:\n  citation: \"A book\"\n  checked: true\n");
    }

    public string Folder => Path.Combine(_parent, "catalog");

    public OrreryCatalog Open() => OrreryCatalog.Open(Folder);

    public ScratchCatalog Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text.EndsWith('\n') ? text : text + "\n");
        return this;
    }

    public ScratchCatalog WithBox() => Write("chips/small.yaml", Chip).Write("systems/box.yaml", System);

    /// <summary>The box, its chip with a kernel profile and a second tier that takes its reach from there.</summary>
    public ScratchCatalog WithFittedBox() => Write("kernels/fitted.yaml", Kernels)
        .Write("chips/small.yaml", Chip + "\nkernel_profile: fitted")
        .Write("systems/box.yaml", System + """

              - name: pod
                topology: clos
                bandwidth: 10 GB/s
                latency: 5 us
                oversubscription: 1
                reach: kernel_profile
            """);

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
