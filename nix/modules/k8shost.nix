# k8shost, containers with Kubernetes's API.
import ./service.nix "k8shost"
