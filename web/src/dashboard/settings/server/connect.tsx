import { LinkButton } from "../../components/button";
import { Copy } from "../../components/copy";
import { Section } from "../../components/page";
import { Table } from "../../components/table";

interface Address {
  name: string;
  path: string;
  use: string;
}

const ADDRESSES: readonly Address[] = [
  { name: "API", path: "", use: "For the clients and the command line, as NEN_API_URL" },
  { name: "MCP", path: "/mcp", use: "For editors and agents that take tools by the Model Context Protocol" },
  { name: "OpenAPI", path: "/openapi.json", use: "All calls, for tools that read such a file" },
];

/** Where programs find the server, and where it is described. */
export function ConnectSection() {
  return (
    <Section
      title="For programs"
      lead="Each call needs an API key, but for the description of the API."
      actions={
        <LinkButton href="/docs" target="_blank" icon="book">
          API reference
        </LinkButton>
      }
    >
      <Table
        label="Addresses"
        rows={ADDRESSES}
        keyOf={({ name }) => name}
        columns={[
          { label: "What", cell: ({ name }) => <span class="strong">{name}</span> },
          { label: "Address", cell: ({ path }) => <code class="address">{location.origin + path}</code> },
          { label: "Use", width: "main", cell: ({ use }) => <span class="muted">{use}</span> },
          { label: "Copy", quiet: true, align: "end", cell: ({ name, path }) => <Copy text={location.origin + path} label={`Copy the address of ${name}`} /> },
        ]}
      />
    </Section>
  );
}
