nix-nos certs topology.yaml
chmod 644 certs/nodes/node01/chainfire/tls.key
nix-nos certs topology.yaml
