# FiberLB, the L4/L7 load balancer.
import ./service.nix "fiberlb"
