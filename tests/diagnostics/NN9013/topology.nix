{
  nix-nos.clusters.lab.nodes = {
    node01 = { role = "worker"; };
  };
}
