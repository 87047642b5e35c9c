export function DispositionsPage() {
  return null;
}
