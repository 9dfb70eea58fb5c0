namespace Orrery.Quantities.Tests;
