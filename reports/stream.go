package reports

import "fmt"

// TakesOutput reports whether one of the outputs takes standard output for itself, as
// json:- does: then nothing else may be printed there, and what is for people goes to
// standard error. The pretty report and annotations are lines among others.
func TakesOutput(outputs []Output) bool {
	for _, o := range outputs {
		if o.takes() {
			return true
		}
	}
	return false
}

// takes says whether it is a document on standard output.
func (o Output) takes() bool {
	return o.Path == "-" && o.Format != pretty && !formats()[o.Format].commanding
}

// Beside splits outputs into those that go to files or have standard output for
// themselves, and those that are written beside what is printed for people, wherever
// that is: annotations.
func Beside(outputs []Output) (own, beside []Output) {
	for _, o := range outputs {
		if o.Path == "-" && formats()[o.Format].commanding {
			beside = append(beside, o)
		} else {
			own = append(own, o)
		}
	}
	return own, beside
}

// oneDocument returns an error if two outputs are documents on standard output: neither
// could be read.
func oneDocument(outputs []Output) error {
	first := ""
	for _, o := range outputs {
		switch {
		case !o.takes():
		case first != "":
			return fmt.Errorf("%s and %s both go to standard output; give one of them a file, as in %s:reports/out/%s",
				first, o.Format, o.Format, fileName(o.Format))
		default:
			first = o.Format
		}
	}
	return nil
}
