nix-nos render topology.yaml
echo '# by hand' >> out/nodes/node01/networkd/20-lo.network
nix-nos render topology.yaml
