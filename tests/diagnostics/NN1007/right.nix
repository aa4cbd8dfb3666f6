let
  worker = services: { role = "worker"; inherit services; };
in {
  nix-nos.clusters.lab.nodes.node01 = worker [ "fiberlb" ];
}
