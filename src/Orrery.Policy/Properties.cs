using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Orrery.Policy.Tests")]
