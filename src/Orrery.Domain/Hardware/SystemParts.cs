namespace Orrery.Domain.Hardware;

/// <summary>What one system is made of beside its chips, as counts; what a network between systems adds follows from the cards.</summary>
/// <param name="Hosts">Servers or compute trays; above zero.</param>
/// <param name="Nics">Cards of the scale-out network.</param>
/// <param name="Links">Links of the scale-up fabric that run in cables; those on boards belong to the host.</param>
/// <param name="Optics">Transceivers of the scale-up fabric; 0 where it is all copper.</param>
/// <param name="Switches">Scale-up switches outside the hosts.</param>
/// <param name="ScaleOutRadix">Ports of a scale-out switch, at the rate of a card; at least 3.</param>
public sealed record SystemParts(
    Sourced<double> Hosts, Sourced<double> Nics, Sourced<double> Links, Sourced<double> Optics, Sourced<double> Switches, Sourced<double> ScaleOutRadix);
