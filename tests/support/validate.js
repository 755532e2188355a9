// Validate policies against a JSON Schema, by a validator that is not ours.
// usage: node validate.js SCHEMA FILE.yml...
// Prints "FILE: valid" or "FILE: why not"; exits 1 if any is not.
"use strict";
const fs = require("fs");
const Ajv = require("ajv");
const yaml = require("js-yaml");

const [schema, ...files] = process.argv.slice(2);
const validate = new Ajv({ allErrors: true }).compile(
	JSON.parse(fs.readFileSync(schema, "utf8")));

for (const file of files) {
	const policy = yaml.load(fs.readFileSync(file, "utf8"),
		{ schema: yaml.CORE_SCHEMA });
	if (validate(policy)) {
		console.log(`${file}: valid`);
		continue;
	}
	for (const e of validate.errors)
		console.log(`${file}: ${e.dataPath} ${e.message} ` +
			JSON.stringify(e.params));
	process.exitCode = 1;
}
