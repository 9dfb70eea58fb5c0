using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Simulation.Requests;

namespace Orrery.Cli.Simulate;

/// <summary>Every request as a row of a file, written as they end; seconds since the start.</summary>
/// <remarks>Rows go to a file beside it, which takes its name once it is whole: whoever reads the name reads all rows or the file of before.</remarks>
internal sealed class RequestsCsv : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly StreamWriter _file;

    public RequestsCsv(string path)
    {
        (_path, _partial) = (path, path + ".partial");
        _file = new StreamWriter(_partial, append: false) { NewLine = "\n" };
        _file.WriteLine("request,state,arrival_s,input_tokens,cached_tokens,output_tokens,first_token_s,last_token_s,ttft_s,tpot_s,latency_s,replica");
    }

    public void Finished(FinishedRequest done)
    {
        var request = done.Request;
        _file.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{request.Id},finished,{Number.Raw(request.At)},{request.Input},{request.Cached},{request.Output},{done.FirstTokenAt:R},{done.LastTokenAt:R},{done.Ttft:R},{(request.Output > 1 ? Number.Raw(done.Tpot) : "")},{done.Latency:R},{done.Replica}"));
    }

    public void Refused(Request request, RefusedBy reason) => _file.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{request.Id},{(reason == RefusedBy.Context ? "beyond-context" : "beyond-cache")},{Number.Raw(request.At)},{request.Input},,{request.Output},,,,,,"));

    /// <summary>Gives the file its name.</summary>
    public void Keep()
    {
        _file.Dispose();
        File.Move(_partial, _path, overwrite: true);
    }

    /// <summary>Leaves nothing behind where the file was not kept.</summary>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_partial);
    }
}
