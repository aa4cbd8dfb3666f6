echo mine > certs
nix-nos certs topology.yaml
