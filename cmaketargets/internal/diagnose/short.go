package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxShort bounds Short, in characters; the log has the rest.
const maxShort = 300

// sentenceEnd is the end of a sentence before another.
var sentenceEnd = text.Regexp(`[.!?] +\p{Lu}`)

// Short returns the message of a diagnostic on one line, cut at a readable length. Of a message
// about something missing it returns the first sentence: advice for any package follows, and the
// hint is better.
func Short(d model.Diagnostic) string {
	message := d.Message
	if d.Missing != "" {
		message = d.Headline()
		if end := sentenceEnd().FindStringIndex(message); end != nil {
			message = message[:end[0]+1]
		}
	}
	message = strings.Join(strings.Fields(message), " ")
	runes := []rune(message)
	if len(runes) <= maxShort {
		return message
	}
	message = string(runes[:maxShort+1])
	if at := strings.LastIndexByte(message, ' '); at > len(message)/2 {
		return message[:at] + " ..."
	}
	return string(runes[:maxShort]) + "..."
}
