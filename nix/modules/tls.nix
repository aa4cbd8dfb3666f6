# Options for the certificate of whoever takes part in mutual TLS, made by `nix-nos certs`. Files are named by text: a Nix
# path would be copied into the store, where everybody reads it.
lib: holder:
let
  inherit (lib) mkOption types;
  file =
    name: what:
    mkOption {
      # Nothing that systemd or curl read as more than a path.
      type = types.strMatching "/[A-Za-z0-9/._@+-]+";
      default = "/etc/nixos/secrets/tls/${holder}/${name}";
      description = "File on the node with ${what}.";
    };
in
{
  enable = lib.mkEnableOption "mutual TLS: nobody is served, and nobody believed, without a certificate";
  certFile = file "tls.crt" "its certificate";
  keyFile = file "tls.key" "the certificate's private key, readable by root alone";
  caFile = file "ca.crt" "the certificates of the authorities that it trusts";
}
