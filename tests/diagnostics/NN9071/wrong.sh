nix-nos certs topology.yaml
mv certs/ca/ca.key backup.key
nix-nos certs topology.yaml
