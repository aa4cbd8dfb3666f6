mv backup.key certs/ca/ca.key
nix-nos certs topology.yaml
