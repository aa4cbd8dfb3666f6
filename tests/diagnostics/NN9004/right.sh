nix-nos render topology.yaml
sed -i s/10.255.0.1/10.255.0.2/ topology.yaml
nix-nos render topology.yaml
