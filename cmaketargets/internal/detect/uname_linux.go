package detect

import "syscall"

// uname returns the result of the program of that name, which CMake runs.
func uname() string {
	var u syscall.Utsname
	if err := syscall.Uname(&u); err != nil {
		return ""
	}
	return field(u.Sysname) + " " + field(u.Release) + " " + field(u.Machine)
}

// field returns the text of a field of uname(2), whose bytes are signed on some processors.
func field[B int8 | uint8](bytes [65]B) string {
	var text []byte
	for _, b := range bytes {
		if b == 0 {
			break
		}
		text = append(text, byte(b))
	}
	return string(text)
}
