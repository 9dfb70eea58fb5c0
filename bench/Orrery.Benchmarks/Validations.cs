using BenchmarkDotNet.Attributes;
using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Evidence;
using Orrery.Evidence.Kernels;
using Orrery.Evidence.Training;

namespace Orrery.Benchmarks;

/// <summary>Reading facts, and predicting every measured row that ships.</summary>
public class Validations
{
    private readonly OrreryCatalog _catalog = Checkout.OpenCatalog();

    [Benchmark(Description = "validate training, all rows, catalog already read")]
    public ValidationReport TrainingWarm() => TrainingValidation.Run(_catalog, Checkout.TrainingRows, Checkout.TrainingRules);

    [Benchmark(Description = "validate training, all rows, catalog read anew")]
    public ValidationReport TrainingCold() => TrainingValidation.Run(Checkout.OpenCatalog(), Checkout.TrainingRows, Checkout.TrainingRules);

    [Benchmark(Description = "validate kernels, all rows, catalog already read")]
    public ValidationReport KernelsWarm() => KernelValidation.Validate(_catalog, Checkout.KernelTables);

    [Benchmark(Description = "read one system from the catalog: gb200-nvl72")]
    public AiSystem ReadSystem() => Checkout.OpenCatalog().System("gb200-nvl72");
}
