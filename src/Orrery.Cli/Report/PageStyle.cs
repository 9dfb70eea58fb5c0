namespace Orrery.Cli.Report;

/// <summary>How the page looks: light or dark as the reader's system is, a column that reads well, tables that scroll.</summary>
internal static class PageStyle
{
    // Okabe and Ito's palette, distinguishable with the common colour-vision deficiencies; lighter steps on dark ground.
    public const string Css = """
        :root { color-scheme: light dark; --ground: #ffffff; --ink: #1c1c1e; --soft: #5c5f66; --line: #d9dbe0; --tint: #f4f5f7;
          --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #cc79a7; --s4: #b07c00; --s5: #56b4e9; --gain: #009e73; --loss: #d55e00; }
        @media (prefers-color-scheme: dark) { :root { --ground: #16181c; --ink: #e8e9ec; --soft: #a3a7b0; --line: #363a42; --tint: #1f2228;
          --s0: #4aa8e0; --s1: #f08a3c; --s2: #2fc79a; --s3: #e09ac0; --s4: #e6b43c; --s5: #8accf2; --gain: #2fc79a; --loss: #f08a3c; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .75rem; }
        h2 { font-size: 1.3rem; margin: 2.75rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
        .lead { font-size: 1.1rem; max-width: 46rem; }
        p, ul { max-width: 46rem; }
        nav ol { columns: 2; padding-left: 1.25rem; }
        a { color: var(--s0); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .875rem; margin: .75rem 0; font-variant-numeric: tabular-nums; }
        caption { caption-side: bottom; text-align: left; color: var(--soft); padding-top: .4rem; }
        th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { color: var(--soft); font-weight: 600; }
        .n { text-align: right; white-space: nowrap; }
        figure { margin: 1rem 0; }
        figcaption { color: var(--soft); font-size: .9rem; max-width: 46rem; }
        svg { max-width: 100%; height: auto; }
        svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
        svg .soft { fill: var(--soft); }
        svg .grid { stroke: var(--line); fill: none; }
        svg .axis { stroke: var(--soft); fill: none; }
        svg .range { stroke: var(--ink); stroke-width: 1.5; fill: none; }
        details summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
        pre, code { font: .8rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
        pre { background: var(--tint); padding: .75rem 1rem; overflow-x: auto; border-radius: 6px; }
        .claim { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; margin: .6rem 0; break-inside: avoid; }
        .claim p { margin: .35rem 0; } .claim small { color: var(--soft); } .claim code { color: var(--soft); overflow-wrap: anywhere; }
        .verdict { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; border: 1.5px solid currentColor; }
        .supported { color: var(--s2); } .refuted { color: var(--s1); } .depends { color: var(--s0); } .untestable { color: var(--soft); }
        @media print { main { max-width: none; } nav { display: none; } }
        """;
}
