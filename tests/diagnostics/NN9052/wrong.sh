chmod +x tools/bgpq4               # a stand-in for what a registry may say one day
PATH=$PWD/tools nix-nos bgp irr topology.yaml
