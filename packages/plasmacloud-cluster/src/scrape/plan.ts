import { type Diagnostic, mainAddress, type Network } from "@nix-nos/topology";
import type { Placement } from "../placement/placement.js";
import { scrapersByCluster } from "./scrapers.js";

/** What one NightLight scrapes. */
export interface ScrapePlan {
  readonly scraper: Placement;
  /** By service, in the order of the catalogue. */
  readonly jobs: readonly ScrapeJob[];
}

interface ScrapeJob {
  /** Name of the service. */
  readonly name: string;
  readonly metricsPath: string;
  readonly targets: readonly ScrapeTarget[];
}

interface ScrapeTarget {
  /** ADDRESS:PORT, an IPv6 address in brackets. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Every service on every node of the clusters that a NightLight looks after, itself among them. */
export function planScrapes(network: Network, placements: readonly Placement[]): readonly ScrapePlan[] {
  const byCluster = scrapersByCluster(network, placements);
  return placements
    .filter(({ service }) => service.name === "nightlight")
    .map((scraper) => {
      const seen = placements.filter(({ node }) => byCluster.get(node.cluster)?.includes(scraper));
      const services = new Set(seen.map(({ service }) => service));
      const jobs = [...services].map(({ name, metrics }) => ({
        name,
        metricsPath: metrics.path,
        targets: seen.filter(({ service }) => service.name === name).flatMap(targetOf),
      }));
      return { scraper, jobs: jobs.filter(({ targets }) => targets.length > 0) };
    });
}

/** A service that nobody can ask is one whose failure nobody sees. */
export function checkScrapes(network: Network, placements: readonly Placement[]): readonly Diagnostic[] {
  const byCluster = scrapersByCluster(network, placements);
  const nodes = new Set(placements.map(({ node }) => node));
  return [...nodes]
    .filter((node) => mainAddress(node) === null && (byCluster.get(node.cluster)?.length ?? 0) > 0)
    .map((node) => ({
      code: "PC3060",
      severity: "warning",
      message: `NightLight cannot scrape the services of ${node.name}, which has no address.`,
      path: node.path,
      hint: "Give the node an `ip`, or a loopback.",
    }));
}

function targetOf({ node, service, ports }: Placement): readonly ScrapeTarget[] {
  const address = mainAddress(node);
  const port = ports.find(({ name }) => name === service.metrics.port)?.number;
  if (address === null || port === undefined) return [];
  const { name, cluster, site, role } = node;
  const labels = { node: name, cluster, ...(site !== null && { site }), role };
  return [{ address: address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`, labels }];
}
