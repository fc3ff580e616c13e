/** The rules a new password must meet, each as a sentence that can be ticked off while typing. */
export interface Rule {
  text: string;
  met: boolean;
}

export function passwordRules(password: string, again: string, name: string): Rule[] {
  const holdsName = name.length >= 3 && password.toLowerCase().includes(name.toLowerCase());
  return [
    { text: 'At least 12 characters; a few words in a row are good', met: password.length >= 12 },
    { text: 'Not your user name in it', met: password !== '' && !holdsName },
    { text: 'The same twice', met: password !== '' && password === again },
  ];
}
