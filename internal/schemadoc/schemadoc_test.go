package schemadoc

import (
	"strings"
	"testing"
)

const schema = `{
  "title": "Configuration", "description": "What there is.",
  "properties": {
    "size": {"description": "How large.", "enum": ["small", "large"], "default": "small"},
    "door": {
      "description": "The way in.", "type": "object", "anyOf": [{"required": ["colour"]}],
      "properties": {
        "colour": {"description": "Red | green.", "type": "string", "examples": ["red"]},
        "left": {"type": "string"}, "right": {"type": "string"},
        "handle": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"turns": {"type": "integer"}}}]},
        "keys": {"type": "array", "items": {"$ref": "#/$defs/old_key"}}
      }
    },
    "rooms": {"type": "object", "additionalProperties": {"type": "boolean"}}
  },
  "$defs": {"old_key": {"properties": {"teeth": {"description": "How many.", "type": "integer", "default": 3}}}}
}`

const page = "# Configuration\n\nWhat there is.\n" +
	"\n## size\n\nHow large. Default: `small`.\n\nValue: `small`, `large`.\n" +
	"\n## door\n\nThe way in.\n\n| key | value | |\n|---|---|---|\n" +
	"| `colour` | text | Red \\| green. Example: `red`. |\n" +
	"| `left`, `right` | text |  |\n" +
	"| `handle` | text or keys |  |\n" +
	"| `handle.turns` | number |  |\n" +
	"| `keys` | list of [an old key](#an-old-key) |  |\n" +
	"\n## rooms\n\nValue: names, each with true or false.\n" +
	"\n## An old key\n\n| key | value | |\n|---|---|---|\n| `teeth` | number | How many. Default: `3`. |\n"

func TestASchemaBecomesAPage(t *testing.T) {
	var b strings.Builder
	if err := Write(&b, []byte(schema)); err != nil {
		t.Fatal(err)
	}
	if b.String() != page {
		t.Errorf("got\n%s\nwant\n%s", b.String(), page)
	}
}

func TestWhatIsNoSchemaIsAnError(t *testing.T) {
	for _, text := range []string{"", "{"} {
		if err := Write(&strings.Builder{}, []byte(text)); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
