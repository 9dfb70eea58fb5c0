using System.Text.Json;

namespace Orrery.Interchange.Traces;

/// <summary>Writes traces in the JSON form of Chrome's trace viewer, which Perfetto (ui.perfetto.dev) opens too.</summary>
public static class ChromeTrace
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <summary>Writes all of it or, where that fails, nothing: to a new file beside the one named, which it then replaces.</summary>
    /// <param name="processes">Names of groups of tracks, by number.</param>
    /// <param name="tracks">Names of tracks, the same in every group, by number.</param>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    public static void Write(string path, IReadOnlyList<string> processes, IReadOnlyList<string> tracks, IEnumerable<TraceSlice> slices)
    {
        var unfinished = path + ".new";
        try
        {
            using (var file = File.Create(unfinished))
            {
                Write(file, processes, tracks, slices);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Slices of a track in order of their start, a longer one before those it holds.</summary>
    public static void Write(Stream output, IReadOnlyList<string> processes, IReadOnlyList<string> tracks, IEnumerable<TraceSlice> slices)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        for (var process = 0; process < processes.Count; process++)
        {
            Name(json, "process_name", process, 0, processes[process]);
            for (var track = 0; track < tracks.Count; track++)
            {
                Name(json, "thread_name", process, track, tracks[track]);
            }
        }

        foreach (var slice in slices.OrderBy(slice => (slice.Process, slice.Track, slice.StartNs, -slice.LengthNs)))
        {
            Write(json, slice);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, in TraceSlice slice)
    {
        json.WriteStartObject();
        json.WriteString("name", slice.Name);
        json.WriteString("cat", slice.Category);
        json.WriteString("ph", "X");
        json.WriteNumber("ts", slice.StartNs / NanosecondsPerMicrosecond);
        json.WriteNumber("dur", slice.LengthNs / NanosecondsPerMicrosecond);
        json.WriteNumber("pid", slice.Process);
        json.WriteNumber("tid", slice.Track);
        if (slice.Details.Count > 0)
        {
            json.WriteStartObject("args");
            foreach (var (name, value) in slice.Details)
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Name(Utf8JsonWriter json, string what, int process, int track, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", what);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", process);
        json.WriteNumber("tid", track);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
