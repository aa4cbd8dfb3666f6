# IAM, identities and access.
import ./service.nix "iam"
