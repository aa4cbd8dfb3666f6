mkdir -p out/nix
echo '{ }' > out/nix/default.nix
nix-nos render topology.yaml --out rendered
