nix-nos render topology.yaml
echo '{' > out/manifest.json
nix-nos render topology.yaml
