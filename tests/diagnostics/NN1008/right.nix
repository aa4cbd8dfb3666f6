let
  role = "worker";
in {
  nix-nos.clusters.lab.nodes.node01.role = role;
}
