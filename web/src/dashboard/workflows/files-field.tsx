import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { ChooseFiles } from "../components/drop-zone";
import { Icon } from "../components/icon";
import type { Bundle } from "./bundle";
import { bundleOf, bundleOfFiles, filesIn } from "./read-files";

/** Takes files and whole folders, dropped or chosen. */
export function FilesField({ isSmall, onBundle, children }: { isSmall: boolean; onBundle(bundle: Bundle): void; children?: ComponentChildren }) {
  const [isOver, setOver] = useState(false);
  const depth = useRef(0); // of elements inside that the pointer has entered
  return (
    <div
      class={`files-field ${isOver ? "over" : ""} ${isSmall ? "small" : ""}`}
      onDragEnter={(event) => {
        event.preventDefault();
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        depth.current = 0;
        setOver(false);
        if (event.dataTransfer) void filesIn(event.dataTransfer).then(bundleOf).then(onBundle);
      }}
    >
      <div class="files-drop">
        <Icon name="upload" size={20} />
        <div class="grow">
          <strong>{isSmall ? "Drop more files here" : "Drop workflow.py here"}</strong>
          <div class="muted small">{isSmall ? "Those of the same name are replaced." : "With the files that it imports or reads. Only text goes along."}</div>
        </div>
        <div class="row wrap">
          <ChooseFiles label="Files" onFiles={(files) => void bundleOfFiles(files).then(onBundle)} />
          <ChooseFolder onFiles={(files) => void bundleOfFiles(files).then(onBundle)} />
        </div>
      </div>
      {children}
    </div>
  );
}

/** Every browser has it, though no standard does. */
const FOLDER = { webkitdirectory: true };

function ChooseFolder({ onFiles }: { onFiles(files: File[]): void }) {
  return (
    <label class="button plain choose choose-folder">
      <Icon name="folder" />
      <span>Folder</span>
      <input
        class="unseen"
        type="file"
        {...FOLDER}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length) onFiles(files);
        }}
      />
    </label>
  );
}
