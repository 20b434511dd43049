package features

import (
	"slices"
	"sync"
)

// The verdicts of a requirement: what its violation is worth.
const (
	Fail = "fail" // the party does not conform
	Warn = "warn" // the party conforms, at a risk that its owner should know
	Info = "info" // an observation; parties differ here, and may
)

// The parties that a requirement can bind, and the endpoints at which a proof can be taken.
const (
	AuthorizationServer = "as"
	ResourceServer      = "rs"
	Client              = "client"

	TokenEndpoint    = "token"
	PAREndpoint      = "par"
	UserinfoEndpoint = "userinfo"
	API              = "api"
)

// Endpoints are those at which a proof can be taken, by the names that @at: uses.
var Endpoints = []string{TokenEndpoint, PAREndpoint, UserinfoEndpoint, API}

// Requirement is one entry of the catalogue: something that a specification, a profile or the documentation of
// the client SDK demands of a party.
type Requirement struct {
	ID        string   // stable; the tag of its scenarios
	Section   string   // section of the specification or document it is taken from
	Group     string   // letter of its group, see [Catalogue.Groups]
	Level     string   // the source's own word: MUST, SHOULD, shall, promise…
	Verdict   string   // Fail, Warn or Info by default; ask [Profile.Verdict] for the one that counts
	Binds     []string // parties it binds; empty for an entry that only records a fact
	Text      string   // what must hold
	Probe     string   // how to see it from outside
	Expected  string   // what a sound party answers
	Notes     string   // facts from the field; may be empty
	Why       string   // what a violation opens, in one sentence
	Remedy    string   // what to change, in one sentence
	Endpoints []string // where it is probed when the place matters; empty otherwise
	Waived    string   // why no scenario of its own tests it; empty for nearly all
}

// Group is a letter and the subject that the requirements under it share.
type Group struct{ Letter, Title string }

// Catalogue is the set of all requirements.
type Catalogue struct {
	requirements []Requirement
	byID         map[string]int
	groups       []Group
}

var load = sync.OnceValues(func() (*Catalogue, error) {
	text, err := FS.ReadFile(requirementsFile)
	if err != nil {
		return nil, err
	}
	return parseCatalogue(requirementsFile, text)
})

// Load gives the embedded catalogue. It is parsed once; an error names file and line.
func Load() (*Catalogue, error) { return load() }

// All gives the requirements in the order of the file.
func (c *Catalogue) All() []Requirement { return slices.Clone(c.requirements) }

// Groups gives the groups in the order of the file.
func (c *Catalogue) Groups() []Group { return slices.Clone(c.groups) }

// Find gives the requirement with that id. Letter case matters, as it does in a tag.
func (c *Catalogue) Find(id string) (Requirement, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Requirement{}, false
	}
	return c.requirements[i], true
}
