sed -i s/203.0.113.0/203.0.113.1/ topology.irr.json
nix-nos validate topology.yaml
