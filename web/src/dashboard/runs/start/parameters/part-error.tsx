import { Icon } from "../../../components/icon";

/** What is wrong with a whole part of the form. */
export function PartError({ error }: { error: string | undefined }) {
  if (!error) return null;
  return (
    <p class="field-error" role="alert">
      <Icon name="alert" size={14} />
      <span>{error}</span>
    </p>
  );
}
