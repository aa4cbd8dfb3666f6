# PlasmaVMC, virtual machines.
import ./service.nix "plasmavmc"
