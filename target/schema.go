package target

import _ "embed"

// Schema is the JSON Schema of the configuration file, for editors.
//
//go:embed dpopspec.schema.json
var Schema []byte
