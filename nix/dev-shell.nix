# What scripts/install-tools.sh installs on Debian, for a shell of Nix: Node, and the programs that the tests run.
{
  bgpq4,
  bind,
  biome,
  bird2,
  chromium,
  cpio,
  dejavu_fonts,
  dnsutils,
  etcd,
  frr,
  gobgp,
  gobgpd,
  graphviz,
  iproute2,
  lib,
  mkShell,
  mmdebstrap,
  nftables,
  nix,
  nodejs_24,
  openssh,
  openssl,
  openvswitch,
  ovn,
  podman,
  prometheus,
  qemu,
  stdenv,
  systemd,
  xorriso,
}:
mkShell {
  packages = [
    bind
    bird2
    cpio
    dnsutils
    etcd
    gobgp
    gobgpd
    graphviz
    nix
    nodejs_24
    openssh
    openssl
    prometheus
    prometheus.cli
    qemu
    xorriso
  ]
  # Namespaces, and what lives in them.
  ++ lib.optionals stdenv.hostPlatform.isLinux [
    bgpq4
    chromium
    dejavu_fonts
    frr
    iproute2
    mmdebstrap
    nftables
    openvswitch
    ovn
    podman
    systemd
  ];

  # npm's own Node and Biome want a loader where NixOS has none.
  NPM_CONFIG_IGNORE_SCRIPTS = "true";
  BIOME_BINARY = lib.getExe biome;
  TURBO_TELEMETRY_DISABLED = "1";
}
