/** A `quorate.yml` to start from, as the first page shows it. */
export const STARTER_CONFIG = `clusters:
  - name: orders
    system: raft            # or paxos
    members:
      - { node: orders-1, address: 10.0.0.1:8080, zone: a }
      - { node: orders-2, address: 10.0.0.2:8080, zone: b }
      - { node: orders-3, address: 10.0.0.3:8080, zone: c }
heartbeats:
  - name: web
    interval: 1s
    pull: { path: /health }
    static_configs:
      - targets: ['10.0.1.1:8080', '10.0.1.2:8080']
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['10.0.0.1:9100']
`;
