using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Orrery.Catalog.Tests")]
