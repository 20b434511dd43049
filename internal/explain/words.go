package explain

import (
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
)

// word is a word of a report.
type word struct{ means, todo string }

// words are the verdicts of cases, those of runs, what a violation can be worth, and levels.
var words = map[string]word{
	string(reports.Passed): {"The requirement holds, as far as this case sees it.", "Nothing."},
	string(reports.Failed): {"A requirement whose violation is worth a failure is broken; the run is not conformant.",
		"Read expected and actual, mend the party as the remedy says, and repeat the case alone. What is accepted for now goes into a file for --known, with its reason."},
	string(reports.Warned): {"A requirement whose violation is worth a warning is broken: the party conforms, at a risk that its owner should know.",
		"Decide whether to take the risk. With --strict a warning counts as a failure."},
	string(reports.Noted): {"An observation is recorded: parties differ here, and may.", "Nothing."},
	string(reports.Skipped): {"The case does not apply, is not supported or not safe here; the report says why.",
		"If the reason names a key of the configuration or a flag, set it."},
	string(reports.Inconclusive): {"What was seen cannot be attributed: an honest request failed too, or a challenge hid the defect.",
		"Mend what makes honest requests fail (credentials, audience, a rate limit), and repeat."},
	string(reports.Errored): {"The harness or the way to the target failed; nothing is said of the party.",
		"Look at the reason: the network, the configuration, a step that cannot run."},
	string(reports.Known): {"A failure that the file of known deviations excuses, with its reason.",
		"Take the line out once the party is mended: an entry that deviates no more fails the run."},
	string(reports.Conformant):    {"Every mandatory requirement of the profile was tested and holds. Exit code 0.", "Nothing."},
	string(reports.NotConformant): {"At least one requirement whose violation is worth a failure is broken. Exit code 1.", "Begin with the first cause of the report: one fault often makes many cases fail."},
	string(reports.Partial): {"Nothing is known to be broken, but something could not be tested, or a known deviation is excused, or the run was cut short. Exit code 0, or 3 if the harness could not do its work.",
		"The lines below the verdict say what is missing."},
	string(reports.CouldNotTest): {"No case told anything of the target. Exit code 3.",
		"dpopspec check says what is missing; begin with the problems of the set-up."},
	"fail": {"What a violation is worth: the party does not conform.", "A profile can raise or lower it."},
	"warn": {"What a violation is worth: the party conforms, at a risk that its owner should know.", "A profile can raise or lower it; --strict counts it as a failure."},
	features.Quick: {"The level of the cases that find the most bugs with the fewest requests.",
		"Choose it by --level quick, DPOPSPEC_LEVEL or limits.level; what --id names runs whatever the level."},
	features.Standard: {"The level that tries every requirement and finds every bug that is known, " +
		"without the rows that tell nothing more; the usual one where a party is real.",
		"Choose it by --level standard, DPOPSPEC_LEVEL or limits.level; what --id names runs whatever the level."},
	features.Full: {"The level of every case; the usual one where all parties are embedded.",
		"Choose it by --level full, DPOPSPEC_LEVEL or limits.level."},
	"info": {"What a violation is worth: an observation; parties differ here, and may.", "A profile can raise it."},
}
