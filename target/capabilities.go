package target

// How a capability is known.
const (
	Declared = "declared" // the party's metadata says so
	Given    = "given"    // the configuration says so
	Seen     = "seen"     // an answer showed it
)

// Capability is something that a real party can do.
type Capability struct {
	Of    Role   `json:"of"`
	Name  string `json:"name"`
	Value string `json:"value"` // where or which; may be empty
	How   string `json:"how"`   // Declared, Given or Seen
}
