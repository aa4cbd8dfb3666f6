# The services, each after those that it depends on. Made by `npm run docs:generate`.
lib:
let
  inherit (lib) mkOption types;
in
[
  {
    name = "chainfire";
    title = "ChainFire";
    summary = "the distributed key-value store";
    dependsOn = [ ];
    health = {
      port = "client";
      path = "/health";
    };
    privileges = {
      capabilities = [ ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "client";
        number = 2379;
        protocols = [ "tcp" ];
        purpose = "clients";
      }
      {
        name = "peer";
        number = 2380;
        protocols = [ "tcp" ];
        purpose = "other members";
      }
    ];
    settings = {
      heartbeatMs = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Milliseconds between two heartbeats of the leader.";
        example = 150;
      };
      electionMs = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Milliseconds without a heartbeat after which a member stands for election.";
        example = 1500;
      };
      snapshotEntries = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Entries of the log after which a snapshot is taken.";
        example = 10000;
      };
    };
  }
  {
    name = "fiberlb";
    title = "FiberLB";
    summary = "the L4/L7 load balancer";
    dependsOn = [ ];
    health = {
      port = "api";
      path = "/health";
    };
    privileges = {
      capabilities = [
        "CAP_NET_ADMIN"
        "CAP_NET_BIND_SERVICE"
      ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "api";
        number = 50085;
        protocols = [ "tcp" ];
        purpose = "its API";
      }
    ];
    settings = {
      healthIntervalMs = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Milliseconds between two looks at a backend.";
        example = 1000;
      };
      healthFailures = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Failed looks after which a backend is left out.";
        example = 3;
      };
    };
  }
  {
    name = "nightlight";
    title = "NightLight";
    summary = "Prometheus-compatible metrics";
    dependsOn = [ ];
    health = {
      port = "api";
      path = "/-/healthy";
    };
    privileges = {
      capabilities = [ ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "api";
        number = 9090;
        protocols = [ "tcp" ];
        purpose = "questions and what is pushed";
      }
    ];
    settings = {
      retentionDays = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Days that samples are kept.";
        example = 30;
      };
      scrapeIntervalSeconds = mkOption {
        type = types.nullOr (types.ints.between 1 86400);
        default = null;
        description = "Seconds between two samples; default: 15.";
        example = 15;
      };
      configFile = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "File that says what it scrapes, as Prometheus reads it; default: one made of the topology.";
        example = "/srv/nightlight/prometheus.yml";
      };
    };
  }
  {
    name = "flaredb";
    title = "FlareDB";
    summary = "the SQL database";
    dependsOn = [ "chainfire" ];
    health = {
      port = "client";
      path = "/health";
    };
    privileges = {
      capabilities = [ ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "client";
        number = 2479;
        protocols = [ "tcp" ];
        purpose = "clients";
      }
      {
        name = "peer";
        number = 2480;
        protocols = [ "tcp" ];
        purpose = "other members";
      }
    ];
    settings = {
      replicas = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Copies of each range of keys.";
        example = 3;
      };
    };
  }
  {
    name = "flashdns";
    title = "FlashDNS";
    summary = "names";
    dependsOn = [ "chainfire" ];
    health = {
      port = "api";
      path = "/health";
    };
    privileges = {
      capabilities = [ "CAP_NET_BIND_SERVICE" ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "dns";
        number = 53;
        protocols = [
          "tcp"
          "udp"
        ];
        purpose = "questions";
      }
      {
        name = "api";
        number = 50084;
        protocols = [ "tcp" ];
        purpose = "its API";
      }
    ];
    settings = {
      forwarders = mkOption {
        type = types.nullOr (types.listOf types.str);
        default = null;
        description = "Name servers that are asked for all other names.";
        example = [ "192.0.2.53" ];
      };
      ttlSeconds = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Seconds that an answer may be kept.";
        example = 300;
      };
      zones = mkOption {
        type = types.nullOr (
          types.attrsOf (
            types.submodule {
              options = {
                file = mkOption {
                  type = types.str;
                  description = "Its zone file on the node (RFC 1035 §5).";
                  example = "/srv/dns/corp.zone";
                };
              };
            }
          )
        );
        default = null;
        description = "Zones that it answers for besides those of the topology, by name.";
        example = {
          "corp.example" = {
            file = "/srv/dns/corp.zone";
          };
        };
      };
    };
  }
  {
    name = "iam";
    title = "IAM";
    summary = "identities and access";
    dependsOn = [ "flaredb" ];
    health = {
      port = "api";
      path = "/health";
    };
    privileges = {
      capabilities = [ ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "api";
        number = 50080;
        protocols = [ "tcp" ];
        purpose = "its API";
      }
    ];
    settings = {
      issuer = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "Issuer in the tokens that it signs (RFC 7519).";
        example = "https://iam.acme.example";
      };
      tokenLifetimeSeconds = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Seconds that a token is good for.";
        example = 3600;
      };
    };
  }
  {
    name = "plasmavmc";
    title = "PlasmaVMC";
    summary = "virtual machines";
    dependsOn = [
      "chainfire"
      "iam"
    ];
    health = {
      port = "api";
      path = "/health";
    };
    privileges = {
      capabilities = [ "CAP_NET_ADMIN" ];
      devices = [
        "/dev/kvm"
        "/dev/net/tun"
      ];
      machine = false;
    };
    ports = [
      {
        name = "api";
        number = 50082;
        protocols = [ "tcp" ];
        purpose = "its API";
      }
    ];
    settings = {
      hypervisors = mkOption {
        type = types.nullOr (
          types.nonEmptyListOf (
            types.enum [
              "kvm"
              "firecracker"
            ]
          )
        );
        default = null;
        description = "What runs the machines.";
        example = [ "kvm" ];
      };
    };
  }
  {
    name = "prismnet";
    title = "PrismNET";
    summary = "the overlay network";
    dependsOn = [
      "chainfire"
      "iam"
    ];
    health = {
      port = "api";
      path = "/health";
    };
    privileges = {
      capabilities = [ "CAP_NET_ADMIN" ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "api";
        number = 50081;
        protocols = [ "tcp" ];
        purpose = "its API";
      }
    ];
    settings = { };
  }
  {
    name = "lightningstor";
    title = "LightningSTOR";
    summary = "S3-compatible object storage";
    dependsOn = [
      "chainfire"
      "iam"
    ];
    health = {
      port = "api";
      path = "/health";
    };
    privileges = {
      capabilities = [ ];
      devices = [ ];
      machine = false;
    };
    ports = [
      {
        name = "s3";
        number = 9000;
        protocols = [ "tcp" ];
        purpose = "S3 clients";
      }
      {
        name = "api";
        number = 50086;
        protocols = [ "tcp" ];
        purpose = "its API";
      }
    ];
    settings = {
      replicas = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Copies of each object.";
        example = 3;
      };
    };
  }
  {
    name = "k8shost";
    title = "k8shost";
    summary = "containers with Kubernetes's API";
    dependsOn = [
      "chainfire"
      "iam"
    ];
    health = {
      port = "api";
      path = "/healthz";
    };
    privileges = {
      capabilities = [ ];
      devices = [ ];
      machine = true;
    };
    ports = [
      {
        name = "api";
        number = 6443;
        protocols = [ "tcp" ];
        purpose = "Kubernetes's API";
      }
    ];
    settings = {
      maxPods = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        description = "Pods that a node runs at most.";
        example = 110;
      };
    };
  }
]
