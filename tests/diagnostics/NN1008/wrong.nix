rec {
  nix-nos.clusters.lab.nodes.node01.role = role;
  role = nix-nos.clusters.lab.nodes.node01.role;
}
