export default function Page() {
  return <p>Quorate</p>;
}
