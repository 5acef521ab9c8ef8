;; No popcnt and no lzcnt: QEMU's default processor has neither.
(module
  (func $ones (param i32) (result i32) (i32.popcnt (local.get 0)))
  (func $leading (param i32) (result i32) (i32.clz (local.get 0)))
  (func $rotated (param i32 i32) (result i32) (i32.rotl (local.get 0) (local.get 1)))
  (func $extended (param i32) (result i32) (i32.extend8_s (local.get 0))))

;; i386
;; ones:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   mov    edx,0x0
;;   call   <lendos.population>
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; leading:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   bsr    eax,ecx
;;   jne    +10
;;   mov    eax,0x3f
;;   xor    eax,0x1f
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; rotated:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   mov    ecx,edx
;;   rol    eax,cl
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; extended:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   movsx  eax,cl
;;   lea    esp,[esp+0x8]
;;   ret
