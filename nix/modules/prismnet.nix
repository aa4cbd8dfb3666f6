# PrismNET, the overlay network.
import ./service.nix "prismnet"
